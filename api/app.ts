import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Api, ApiDeps } from './deps.ts';
import { installAcceptable } from './plugins/acceptable.ts';
import { installAudit } from './plugins/audit.ts';
import { installAuth } from './plugins/auth.ts';
import { installDeprecation } from './plugins/deprecation.ts';
import { installDocs } from './plugins/docs.ts';
import { installDraining } from './plugins/draining.ts';
import { installEtags } from './plugins/etag.ts';
import { installProblems, renderProblem } from './plugins/problems.ts';
import { installRequestLog, newRequestId } from './plugins/requestLog.ts';
import { installSafety } from './plugins/safety.ts';
import { accountRoutes } from './routes/accounts.ts';
import { agreementRoutes } from './routes/agreements.ts';
import { apiKeyRoutes } from './routes/apiKeys.ts';
import { auditRoutes } from './routes/audit.ts';
import { approvalPolicyRoutes } from './routes/approvalPolicies.ts';
import { brokerRoutes } from './routes/brokers.ts';
import { changeRoutes } from './routes/changes.ts';
import { dashboardFiguresRoutes } from './routes/dashboardFigures.ts';
import { healthRoutes } from './routes/health.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { linkRoutes } from './routes/links.ts';
import { mailAddressRoutes } from './routes/mailAddress.ts';
import { methodologyRoutes } from './routes/methodologies.ts';
import { operatorRoutes } from './routes/operators.ts';
import { passwordRoutes } from './routes/passwords.ts';
import { methodConfirmationRoutes } from './routes/methodConfirmation.ts';
import { payoutMethodRoutes } from './routes/payoutMethods.ts';
import { payoutDecisionRoutes } from './routes/payoutDecisions.ts';
import { railRoutes } from './routes/rails.ts';
import { payoutFileRoutes } from './routes/payoutFiles.ts';
import { railSwitchRoutes } from './routes/railSwitch.ts';
import { reconciliationRoutes } from './routes/reconciliations.ts';
import { profileRoutes } from './routes/profiles.ts';
import { secondFactorRoutes } from './routes/secondFactor.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { signInRoutes } from './routes/signIn.ts';
import { signUpRoutes } from './routes/signUp.ts';
import { rateRoutes } from './routes/rates.ts';
import { accrualRoutes } from './routes/accruals.ts';
import { balanceRoutes } from './routes/balances.ts';
import { holdRoutes } from './routes/holds.ts';
import { mailRoutes } from './routes/mails.ts';
import { brokerPaymentRoutes } from './routes/brokerPayments.ts';
import { fundingRoutes } from './routes/funding.ts';
import { developmentMailRoutes } from './routes/developmentMails.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { ownershipRoutes } from './routes/ownerships.ts';
import { payoutRunRoutes } from './routes/payoutRuns.ts';
import { payoutRoutes } from './routes/payouts.ts';
import { reportPreviewRoutes } from './routes/reportPreviews.ts';
import { reportRereadRoutes } from './routes/reportRereads.ts';
import { reportCalendarRoutes } from './routes/reportCalendars.ts';
import { reportPeriodRoutes } from './routes/reportPeriods.ts';
import { reportLineRoutes } from './routes/reportLines.ts';
import { workQueueRoutes } from './routes/workQueue.ts';
import { reportRoutes } from './routes/reports.ts';
import { reportSourceRoutes } from './routes/reportSources.ts';
import { reportUploadRoute } from './routes/reportUpload.ts';
import { webhookDeliveryRoutes } from './routes/webhookDeliveries.ts';
import { webhookEndpointRoutes } from './routes/webhookEndpoints.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { statementRoutes } from './routes/statements.ts';
import { termsRoutes } from './routes/terms.ts';
import { screeningRoutes } from './routes/screenings.ts';
import { userRoutes } from './routes/users.ts';
import { verificationRoutes } from './routes/verifications.ts';

const ROUTES: readonly ((app: Api, deps: ApiDeps) => void | Promise<void>)[] = [
  healthRoutes, signUpRoutes, signInRoutes, sessionRoutes, passwordRoutes, mailAddressRoutes, secondFactorRoutes, operatorRoutes, invitationRoutes, apiKeyRoutes, brokerRoutes, agreementRoutes, termsRoutes, rateRoutes, profileRoutes, methodologyRoutes, userRoutes,
  payoutMethodRoutes, methodConfirmationRoutes, accountRoutes, linkRoutes, reportUploadRoute, reportPreviewRoutes, reportRereadRoutes, reportRoutes, reportLineRoutes, workQueueRoutes, reportPeriodRoutes, reportCalendarRoutes, reportSourceRoutes, dashboardFiguresRoutes, accrualRoutes, holdRoutes, balanceRoutes, statementRoutes, ownershipRoutes, verificationRoutes, screeningRoutes,
  fundingRoutes, brokerPaymentRoutes, payoutRunRoutes, payoutRoutes, payoutDecisionRoutes, payoutFileRoutes, railRoutes, railSwitchRoutes, reconciliationRoutes, changeRoutes, approvalPolicyRoutes, webhookRoutes, auditRoutes, notificationRoutes, mailRoutes, developmentMailRoutes, webhookEndpointRoutes, webhookDeliveryRoutes,
];

/** Only who connects to us is believed: addresses further back in X-Forwarded-For are what the client itself may have sent. */
const nearestProxy = (_address: string, hop: number): boolean => hop === 0;

/** The whole API as an app that does not listen yet: the server runs it, tests inject requests. */
export async function buildApp(deps: ApiDeps): Promise<FastifyInstance> {
  const app: Api = Fastify({
    loggerInstance: deps.log, logController: new LogController({ disableRequestLogging: true }), genReqId: newRequestId, requestIdHeader: false,
    bodyLimit: deps.config.bodyLimit, trustProxy: deps.config.trustProxy ? nearestProxy : false, exposeHeadRoutes: false, frameworkErrors: (error, request, reply) => void renderProblem(error, request, reply), forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  installProblems(app);
  installRequestLog(app);
  installDraining(app);
  await installSafety(app, deps);
  await app.register(cookie);
  installAudit(app);
  installEtags(app);
  installDeprecation(app);
  installAcceptable(app);
  installAuth(app, deps);
  await installDocs(app);
  for (const routes of ROUTES) await routes(app, deps);
  await app.ready();
  return app as unknown as FastifyInstance;
}
